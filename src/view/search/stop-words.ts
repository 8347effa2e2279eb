/**
 * Words that say nothing about what is wanted: grammar, and the manners of asking. Not among them: `up`, `down`, `off`, `out`,
 * `all`, `no`, `not`, which mean something where hosts go down and disks run out.
 */
const TEXT = `
a an the this that these those there here
i me my mine we us our ours you your yours he him his she her hers it its itself they them their theirs
myself yourself ourselves themselves someone somebody anyone anybody everyone something anything everything
am is are was were be been being do does did doing done have has had having
can could may might must shall should will would ought cannot cant dont doesnt didnt isnt arent wasnt wont wouldnt couldnt shouldnt
im ive id ill youre weve were lets let whats whos hows wheres thats theres
and or but nor so yet if then else than because since while although though whether
of in on at to from by with without within into onto for about against between among through during before after above below
as per via upon toward towards across along around behind beside besides beyond
who whom whose which what when where why how
some any each every both few many much more most other another such own same too very just only even also still already
again ever never always now today please kindly thanks thank hello hi hey
want wants wanted need needs needed like would wish help helps trying try tried tries gonna wanna going
give gives gave get gets got getting make makes made making tell tells told know knows knew say says said
ok okay quick quickly fast easily simply really actually currently right
one ones two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty ninety hundred thousand
thing things stuff kind sort lot lots way ways bit etc am pm
`;

/** Folded as `splitWords` folds; `get` is among them, though `Get-Process` begins with it. */
export const STOP_WORDS: ReadonlySet<string> = new Set(TEXT.split(/\s+/).filter((word) => word !== ''));
