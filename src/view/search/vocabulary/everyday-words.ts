/**
 * Words of everyday English. They say little about what is wanted, however rare they are in a catalog, and they are not misspelt
 * operations terms. A word that also stands in the table of synonyms is one of operations. About the language, never about a catalog.
 */
export const EVERYDAY_TEXT = `
abandon ability able abort abrupt abruptly absolute absolutely absurd abuse accent accept accident accidental accidentally accomplished
accord accordance account accumulate accurate achieve acquire active activity actual actually ad add addition additional admin
administration admire adorable advance advantage advertising advice advisable advise affect afford afraid africa african afternoon
afterparty afterwards age agency agenda aggregate agile ago agree agreement ahead aid aim aircraft aka album alert alice alike all allow
allright almost alone alongside alphabet alphabetical alright alternate alternative altogether amass amaze america american among amount
ample amsterdam analysis analytics anchor anew angeles angle angry anna annotate announce announcement annoy annual annually anomaly
anonymous answer ant anticipate anyhow anytime anyway anywhere apart apparatus apparent apparently appeal appear appearance appliance
apply appreciate approach appropriate approval approve approximately april arbitrary architects archive area argentina argue argument arm
arrange arrangement arrival arrive arrow art article asap ascending asia asian aside ask aspect assemble assert assess assign assignment
assist assistance assistant associate assume assure athens atmosphere attach attachment attack attempt attend attention attracted
attribute auction audience auditor august australia australian austria austrian authentic author authorise authority authorize autumn
auxiliary available average avoid await awake awaken award aware away awesome awful awhile awkward back backend background backwards bad
badge badly bag balance balloon ban band bangalore bank bar barcelona bare barely barrel base baseline bash basic basically basis basket
battery battle beam bear beast beat beaten beauty became become bed beep beforehand beg began begin beginner beginning begun behalf behave
behavior behaviour behind beijing belgium belief believe bell belong beloved bench bend beneath benefit berlin bespoke best better beyond
bid bigger bill billing billion bin bit bite bitter biweekly blame blank bless blind bloat block blow blue blueprint board boat bob body
boilerplate bold booking boom boot booth border bore born borrow boss boston bother bottle bottom bought bounce bound boundary bowl box
boy branch branchoffice brand brave brazil breach break breakdown breath breeze brick bridge brief briefly bright brilliant bring brisk
britain british brittle broad broadcast broken broker brought brown brush brussels brute btw bubble budapest budget budgets bug building
bulk bump bunch bundle burden burn burst bury bus business busy button buy buyer buzz bypass cabinet cache cadence calculate calculation
call calm came camera camp campus canada canadian canary cancel candidate candle canteen canvas cap capable card care career careful
carefully careless carried carry cart case cash cast casual cat catalog catalogue catch catchall category caught cause caveat cease
ceiling celebrate cell cellar center central centralised centralized centrally centre century ceo ceremony certain certainly certified cfo
chain challenge chamber champion chance change chaos chapter character characteristic charge charlie charm chart chase cheap cheaper
cheaply checkout cheers chest chew chicago chief child children chile china chinese chip choice choose chop choppy chore chosen chronic
chronicle chronological circle circumstances citizen city civil civilization claim clarification clarify class classic classified clean
cleaner cleanly cleanup clear clearly clever click climb clock clone close closely closer clothes clue clutter coach coast code coherent
cohort coin coincide coincidence cold collaborate collaboration colleague collect collection college collide color colossal colour column
combination combine come comfort comfortable command comment commercial commission commitment committed common commonly communicate
communication compact company compare compatible compelling compete competition compiled complain complaint complete completely complex
compliance complicated compliment comply component composite compound comprehensive comprise compute concentrate concept concern concise
conclude conclusion concrete condition conduct conference confession confidence confident confidential confine confirm conflict confuse
confusion congested congestion conjunction conscience consecutive consent consequence consider consist consistency consistent consolidate
constant constantly constraint construction consult consume consumer consumption contact contain contend content contest context
contingency continue continuity continuous continuously contractor contraption contrary contrast control convene convenient convention
conversation convert convey convince cool cooperate cooperation cop copenhagen core corner corporate corporation correct correctly
correlate correspond corrupt cost council counter counterpart couple courage course court courtesy cover coworker cram crammed crash crawl
crazy create creative creature creep crew cried crisis criteria criterion critical critter crop cross crowd crown cry crystal cto cue
culprit culture cumulative cure curiosity curious current cushion custody custom customer customize cut cute cutoff cutover cutting cv
cycle daily dallas damage damn danger dangerous dangling danish dare dark darling dash data date daunting dave david dawn day dba dc dc1
dc2 dead deadline deal dear death debate debris debt decade december decent decently decide decision declare decline decommission dedicate
deep deeper deeply default defeat defence defense defer deficiency define definite definitely definition degrade degree delay delegate
delhi delicate deliver delivery demand demonstration denmark denote deny department depend dependency depict deplete deposit depot
deprecated depth deputy derivative derive descend describe description deserve design designate desire desk desperate despite destiny
destroy detach details detect deteriorate determine dev devbox develop developers deviate deviation device devops devote devour diagram
dial diary dictate diff differ difference different differently difficult difficulty dig digest digit dignity dilemma diminish dip direct
direction directly director dirty disappear disappoint disaster discipline disconnect discount discover discovery discrepancy discuss
discussion disgrace disguise dish disorder dispatch disperse display dispose disrupt disruption dissect distance distant distort
distracted distribution district disturb ditch diverge divide division document dodgy dominate doohickey door dormant dot double doubt
down downstairs downstream dozen draft drag dramatic drastic draw drawer drawn drill drive driven driver drop dropped dry dublin dude due
dull dumb dummy dump dunno duplicate duration dusk dust dutch duty dwell dynamic each eager ear earlier earliest early earn earth ease
easier easiest easy eat edge edinburgh editor education effect effective efficient effort eg egypt eight either elapse elder electric
electrical electricity elegant element elevated eligible eliminate elsewhere embarrass embed embrace emerge emergency emit emma emotional
employ employee empty encompass encounter encrypt end endure enemy energy enforce engage engine engineer england english enjoy enlarge
enormous enough enrich ensure enter enterprise entertainment entire entirely entitle entity entrance entry enumerate envelope environment
eod eow episode equal equally equip equipment equivalent eradicate erratic escalated escalation escape escort eshop especially essential
essentially establish estate estimate etc eternal europe european evaluate evaluation eve even event eventual eventually everybody
everyday everything everywhere evict evidence evident evil evolve exact exactly examine example exceed excellent except exception excess
excited excitement exciting exclude exclusive excuse exercise exert exhaustive exhibit exist existence exit expand expect expedite expend
expense expensive experience experiment expert explain explanation explicit explicitly explore explosion expose express expression extend
external extra extract extraneous extranet extraordinary extreme extremely eye eyeball face facilitate facility fact factor factory fade
fail faint fair fairly faith fake fall fallen fame familiar family famous fan fantastic fantasy far farther fascinating fast faster
fastest fat fatal fate faulty favor favorite favour favourite fear feasible feature february fee feel feet fell fellow felt female fetch
few fewer fiddle field fifth fight figure file fill final finally finance financial find fine finest finger finish finite finland fire
firm firmly first fishy fit five fix flag flaky flat fleet flexible fling flip float flooded flooding floor flow fluctuate fluid flush fly
focus fold folk follow food fool foot footage forbid forbidden force foreign foremost foresee forever forge forget forgetting forgive
forgot forgotten form formal former formula forth forthcoming fortnight fortunate fortune forty forward four fourth fraction fragile
framework france francisco frank frankfurt frankly free freely freeze french frequent frequently fresh freshly friday friend friendly
frightened front frozen fuel fulfil fulfill fulfilment full fully fun function fund fundamental funny further furthermore futile future
fyi gadget gain gallery game gate gather gauge gear general generally generate generation generator generic geneva gentle gentleman gently
genuine german germany gesture giant gig gigantic girl gist give given gizmo glad gladly glance glasgow glass glean glimpse glitch global
glory go goal gobble goes going gone gonna good goodbye gorgeous gotta govern government grab grabbed gradual gradually graduate grained
grand grant granular grateful gray great greater greatest greece greedy greek green greetings grew grey grind grip gross ground group grow
grown growth guarantee guard guess guest guidance guide guideline guilt guilty guru guy habit hack half halfway hall halt halve hamburg
hand handful handle handover handy hang happen happy hard harder hardest hardly harm harmless harmonize harness harsh hassle hasten hate
hateful haul haunted head headcount headline headoffice headquarters heal health hear heard heart heat heavily heavy heel height held
helpdesk helped helpful helping helsinki hence henceforth hereafter hereby hero herself hiccup hidden hide hierarchy high higher highest
highlight highly highway hill himself hinder hint hire history hit hmm hoard hogging hogs hoist hold hole home homelab honest honestly
honor honour hook hop hope hopefully horizontal horrible horror hose hostile hot hound hour hourly house household housekeeping houston
hover hub huge huh hullo human humanity hundred hungry hunt hurl hurry hurt ice idea ideal ideally identical identification identified
identify identity idiot idle ie ignore ill illegal illusion imagine imho immediate immediately immense imminent impact impaired impede
implement implementation implicit imply importance important impose impossible impress impression impressive improve inactive
inadvertently inbound inch incident include income incompatible inconsistent incorporate incorrect increase incredible indeed independent
india indian indicate indicator individual industry infected influence info inform information infrastructure ingest inherit inhibit
initial initialize initially initiate inject injured inn inner innocent insanity insert inside insight insist inspect inspiration inspired
instance instant instantly instead institution instruction instrument insufficient intact integral integrate integration integrity
intelligence intend intense intensive intention interact interaction interchange interest interfere intermediate intermittent intern
internal international interpret interrupt intersect interval intervention interview intranet introduce intrude invalid invasion invent
inventory investigate invisible invitation invite invoice invoices invoicing invoke involve ireland irish iron irregular irrelevant
irritate isolate issue istanbul italian italy item iterate iteration itself jack james jammed jane january japan japanese jar jeopardise
jerky jittery job john join joiner joint journal journey joy judgment juggle july jump june junior junk justice justify juxtapose keen
keep kept key keyboard keyword kick kid kidding kill kilo kind kinda kindle kindly kiosk kit knew knob knock knot knowledge known korea
korean lab label labor laborious lack lad lady lag laggy land landscape language lapse large largely larger largest last late lately later
latest latter laugh launch laura law lay layer lazy lead leader league leak leakage leaky lean leap learn least leave leaver lecture
ledger leeds left leftover leg legacy legal legally legible legit legitimate lend length less lesson let letter letting level leverage
liable liaise liar liberty library lie life lifecycle lifetime lift light lightly lightweight likelihood likely likes likewise limb limit
line linear linger link lip liquid lisbon list listen literal literally little live load loaned lobby local locality locate location lock
locker logbook logical logistics lol london lone lonely long longer longest look loose lose loser loss lost loud low lower lowest loyalty
luck lucky lug lump lunch lunchtime lying machine mad madam madrid magic magnitude mail main mainly maintain maintenance major male
malfunction mall man manage management manager manchester mandate mandatory mankind manner manual manually map march marginal maria mark
market marshal martin mary mask mass massage massive master match mate material matrix matter mature max maximum may maybe mean meant
meantime meanwhile measure mechanism media medium meet melbourne meltdown member men mend mental mention menu mere merely mess messenger
messy met metadata metal method methodology mexico michael mid midday middle midget midnight midway midweek migrate milan mild mile
military mill million mimic mind mine minimal minimise minimize minimum minor minus minuscule minute minutes mirror misbehave
misconfiguration misconfigured mishap mismatch misplaced miss missile misspelled mistake mistaken mitigate mix mobile mode model modelling
modern modify module moment momentarily momentum monday money monster month monthly montreal mood moral moreover morning morph moscow
mostly motion motive motor mount mouse mouth move movement mrs muck muddle multi multiple mumbai munich municipality mute mutual
mysterious mysteriously mystery nah naked name namely narrow nasty nation national native natural naturally nature naughty nb near nearby
nearest nearly neat necessarily necessary neck needing negate negative negligible neighbour neither nerve nervous nest netherlands
nevermind newcomer newer newest newly newsroom nice nicely night nightly nightmare ninja noble nobody noc noise noisy nominal none
nonetheless nonsense noon nope normal normally north norway nose notable notation notch note notebook nothing notice notify notorious
november novice nowhere nuance nudge nuisance nuke number numerous obey obscure obsolete obstacle obstruct obtain obvious obviously
occasion occasional occasionally occupied occupy occur occurred occurrence occurring october odd oddity oddly off offboarding offence
offender offending offer office officer official officially offline offset offshore often oh oil old older oldest omit omitted onboarding
once oneself ongoing online only onto onwards oops opaque opening operate operation operational operative operator opinion opportunity
oppose opposite ops optimal optimise optimize option optional orchestrate order ordinal ordinarily ordinary organisation organise
organization organize orient origin original originally originate ornament orphan oscar oscillate oslo other otherwise ouch ought ours out
outbound outcome outdated outer outgoing outline outside outstanding outward over overall overdue overflow overhead overlap overload
overlook overnight override oversee overview overwrite owe own owner ownership pace pack pad page paid pain pair pairwise pale panic pants
paper paperwork parallel parameter paramount parcel pardon parent paris park parse part partial partially participate particular
particularly partly partner party pass passage passion past patchwork patchy path pathetic patience patrol pattern paul pause pay payment
payroll payslip peace peaceful peak peculiar peek peer pen pending people per percent percentage perception perfect perfectly perform
performance perhaps perimeter period periodic periodical permanent permanently permit perpetual persist persistent persistently person
personal personality personally personnel perspective persuade pertain peter petty phantom phase phone phrase physical pick picture piece
pile pin pinpoint pipe pitch place placeholder plain plan plane planned planning plant plastic plate plausible play player pleasant please
pleasure plenty plot pls plug plugin plum plummet plus plz pocket point poke poland pole policy polish polite ponder pool poor poorly
popular populate population portal portion porto portugal portuguese position positive possess possession possibility possible possibly
post postpone pot potential potentially pound pour powder power powerful practical practically practice prague praise precaution preceding
precious precise precisely predecessor predefined predict preempt prefer preferable preferably preferred prefix preliminary premise
premium prepare preprod prerequisite prescribe presence present presentation preserve press pressure presumably presume pretend pretty
prevail prevent previous previously price pride primary prime principal principle print printer prior priority pristine privacy private
privately prize proactive probable probably probe problem procedure proceed procure procurement prod produce producer product production
professional profile profit program progress prohibit project prolong promise promotion prompted prone proof propagate proper properly
property proportion proposal propose proposition prospect prospective protect protection protest protocol prototype proud prove provide
provision provisional proximity ps public publicity publish pull pulse pump puny pure purpose push put putting qa qualified qualify
quality quantity quarantine quarter quarterly query question quick quicker quickest quiet quietly quirk quirky quit quite quitting quota
quote race rack radio raise ramp ran random randomly range rank rapid rapidly rare rarely rate rather rationale raw reach reachable react
reaction read readable readiness readout ready real realise realize reallocate really reappear rear reason reasonable reasonably reassign
reassure rebellious rebuild recall recap receipt receive recent recently reception reckon reclaim recognise recognize recommend reconcile
reconstruct record recover recovery recreate recur recurrent red redirect redistribute redo reduce redundant reestablish refer reference
reflect refrain refresh refuse regain regard regardless region register regress regression regret regular regularly reinstall reinstate
reject relate relation relationship relative relatively relaunch relax relay relevance relevant reliable relief relieved relocate rely
remain remainder remark remarkable remedy remember remind reminder remnant remote removed render renew renewal reorder repair repeat
repeatedly repetitive replacement replicate reply report reporter represent reproduce reputation request require requirement rerun rescue
research reservations reserve reside residence resident residual resistance resize resolve resource respect respective respectively
respond response responsibility responsible rest restore restrict result resume resurface resurrect retail retain retention retire retract
retreat retrieval retrieve retroactive retry return reusable reuse reveal revenge reverse revert review revise revision revisit revive
revoke reward rewind rewire rhythm rich rid ride ridiculous rigid rigorous ring rise risk risky ritual road robert robot robust rock rogue
role roll rome room roots rope roster rotate rotation rotten rough roughly round rouse route routine row royal rubbish rudimentary ruin
rule rumour run runaway rundown running runtime rush russia russian sacrifice sad safe safely sake salary sale salvage same sample sand
sandbox sanitize sanity sarah satisfied satisfy saturate saturday save saw saying scale scan scarce scarcely scare scary scatter scenario
scene scheme science scientist scope score scotland scout scrap scratch scream screen screw scrutinise scrutiny seal seamless search
season seat seattle sec second secondhand secondly secretary section secure securely security see seek seem seen segment seize seldom
select selection selective self sell senior sense sensible sensitive separate separately september sequence serial series serious
seriously servant serve session set setting settle seven several severe severely severity shadow shaft shake shaky shallow shame shanghai
shape shared shares sharing sharp she sheet shelf shell shelter shield shift shine ship shipment shipped shipping shock shoot shop shopper
short shorter shortest shortly shot shout shove show shown showroom shred shrink shuffle shut shy sick side sight sign signal signature
silence silent silently silly similar similarly simple simpler simplest simplify simulate simulation simultaneous simultaneously sincerely
singapore single sink sir sit site sitting situation six sixth size skew skill skim skin skip sky slash slated sleeps slept slice slide
slight slightly slim slip slipped slow slower slowly sluggish sluggishness small smaller smallest smart smash smell smile smith smoke
smooth smoothly snag snap snappy sneak snippet soc social society soft sold solid solitary solo solution solve somebody somehow someplace
sometime somewhat somewhere soon sooner sophisticated sore sorry sort sorta soul sound source south spacious spain span spare sparse spawn
speak special specialized species specific specifically specification specify speech speedy spelled spelt spending spent spider spike spin
spinning spirit spit spite splendid splice split spoke spoken sporadic sporadically spot spotted spotty spray spread spring squad square
squash squeeze sre stability stable staff stage staggered stagnant stain stair stake stakeholder stale stall stand standalone standard
star stare start starter startup starve stash state statement static station stats stay steady steal steam steel steep steer stem step
stick stiff stir stock stockholm stolen stone stood stop stopped store storefront story stow straggler straggling straight straighten
straightforward strain strange stranger strategic strategy stray stream streamline street strength stress stretch strict strictly strike
strip stripped strive stroke stroll strong stronger struck structure struggle stubborn stuck student studio study stuff stupid sturdy
style subject submit subscriber subsequent subsequently subset subsidiary substance substantial succeed success successful successfully
successor sudden suddenly suffer suffice sufficient suffix suggest suggestion suit suitable sum summarise summarize summary summer summon
sun sunday super superfluous superior superseded supervise supplement supplier supply support suppose supposedly suppress sure surely
surface surge surplus surprise surrender surround surveil surveillance survey survival survive susan susceptible suspect suspend suspicion
suspicious sustain swallow swamped swap swarm sweden swedish sweep sweet swell swing swiss switch switzerland sword sydney symbol sympathy
synthetic sysadmin system systematic table tablet tackle tail tailor take taken talk tall tamper tangible tangle tank tap tape target task
taste taught tax tba tbd tbh teach team teammate tear technical technically technique technology tedious teeny telephone television tell
temp temper temporal temporarily temporary ten tenants tend tender tense tension tent tentative term terminal terminate terrible terribly
terrific territory test testbed text thank thankfully themselves theory thereafter thereby therefore thereof thick thin thing think third
thirdly thirsty thomas thorough thoroughly thought thoughtful thousands thrash thread threat threaten three threshold threw thrill throat
throttle throughout throw thrown thumb thursday thus thx tidy tie tier tight tightly til till time timeline timely timesheet timestamp tin
tinker tiny tip tired title toast together toggle tokyo told tolerate tomorrow tone tongue tonight tons took tool top topic topmost
topology torn toronto toss total totally touch tough tour toward tower town toy trace traceable track trade tradition traditional trail
trailer trainee tranche transcript transfer transform transient transit transition translate transmission transmit transparent transport
trap trapped trash traverse tray treat treatment tree tremendous trend trial trick trickle tricky trigger triple trivial trouble
troubleshoot true truly truncate trunk trust truth tube tuck tuesday tuition tunnel turn turnaround tutorial tweak twelve twenty twice
twin two type typical typically typo uat ugh ugly ukraine ultimate ultimately unable unaffected unaltered unanswered unattached unattended
unauthorised unauthorized unavailable uncertain unchanged unclear uncommon uncover under undergo underground underlying underneath
understand understood undesired undetected undo undocumented unearth uneven unexpected unexpectedly unexplained unfair unfamiliar
unfortunately unhappy unhealthy uniform unify unintended union unique universal universe universities unknown unless unlike unlikely
unlimited unlink unlock unmanaged unmet unnamed unnecessary unneeded unpack unplanned unpleasant unplug unpredictable unrelated unreliable
unresolved unresponsive unrestricted unsaved unsigned unstable unstuck unsupported unsure untidy until untouched unused unusual unusually
unveil unwanted unwrap up upcoming update upfront upkeep uplink upper uproot upset upstairs upstream urgency urgent urgently us usable use
useful useless usual usually utilise utilize utterly vacant vacate vague valid validate validation valley valuable value vancouver vanish
variable variety various vary vast vehicle vendor venue verbose verification versatile version versus vertical very via viable vice
vicinity victim victory vienna view viewpoint vigilant village violate violation violent virtually visibility visible vision visit visitor
visual visualize vital voice void volatile volunteer vote vulnerability wage wait wake wales walk wall wander wane wanna warehouse warm
warn warrant warranty warsaw wash waste wasteful watch water wave weak weakness wealth wear webshop webstore wedged wednesday week weekday
weekend weekly weigh weight weird weirdly welcome welfare went west wet whack whatever whatnot whatsoever wheel whenever whereabouts
whereas whereby wherein whereof wherever whether whichever while whilst whisper whistle white whoever whole wholesale whose wide widely
widen widespread widget wiggle wiki wild wildcard willing win wind window wing winter wipe wire wireless wisdom wise wish wishlist
withdraw withstand witness wobbly woman women wonder wonderful wonky wood word wore work workable workaround workdays worker workflow
workforce workload workspace world worn worried worry worse worst worth worthwhile worthy wow wrap wrapped wreck write writer written
wrong wrote yank yard yeah year yearly yell yellow yep yes yesterday yield york young younger youngest yourself youth yup zap zealand
zealous zero zombie zone zurich
`;
