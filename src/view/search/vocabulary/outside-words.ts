/**
 * Words of life outside operations: food, home, travel, health, sport, the arts, school, nature, trade. Where no tool of the catalog knows
 * such a word, the request is hardly for its tools. About the world, never about a catalog: what a tool knows is a word like any other.
 */
export const OUTSIDE_TEXT = `
accountant acne acorn actor actress adhd adjective aeroplane airbnb airforce airline airplane airport alcohol algebra algebraic alien
allergy alligator almond alps alzheimer amazonas ambulance anaesthesia ancient andes anecdote angel angler animal anime ankle anniversary
antarctica antelope antibiotic antibodies antonym anxiety apartment appetite appetizer apple apron aquarium aquarius archery archipelago
arctic aristotle arithmetic army arthritis aspirin asteroid asthma astrology astronaut astronomy athlete athletics atlantic atom attic
attorney aunt austen autism avalanche avocado aztec baby babysitter babysitting bach backgammon backpack bacon bacteria bacterium badger
badminton bagel bake baker bakery balcony ballad ballerina ballet ballroom banana bandage bankruptcy banks barbecue barber bargain barista
barley barn baroque bartender baseball basement basil basketball bathroom bathtub beach bean beard beaver bedroom bedtime bee beef
beekeeper beekeeping beer beethoven belly bet betting bible biceps bicycle bike billiards bingo biography biology birch bird birth
birthday biscuit bishop bison bitcoin blackjack bladder blanket blazer bleeding blizzard blood bloom blues boardgame boil bomb bone bonsai
bookkeeping bookshop boots booze bouquet bourbon bowel bowling bowtie boxing boyfriend bracelet brain brake brandy bread breakfast bride
bridesmaid broom broth brother brownie bruise brunch buddhism buffalo buffet bullet burger burglar burrito butcher butter butterfly
cabbage cacti cactus cafe cake calcium calculus calligraphy calorie camel camping campsite cancer candy canoe canyon capital cappuccino
capricorn car caravan carbohydrates carbs carburetor cardamom cardigan cardio caribbean carnival carpenter carpentry carpet carrot cartoon
cartoonist casino casserole castle caterpillar cathedral cats cattle caulk cavalry celebrity cello celsius cemetery centipede cereal chair
champagne champions championship chandelier cheapest checkers cheek cheese cheeseburger cheesecake cheetah chemistry cherry chess chicken
chickenpox chicks chili chimney chimpanzee chin chocolate choir cholesterol chopin chord christian christianity christmas chromosome
church chutney cigar cigarette cinema cinnamon circus cities clam classroom cliff climate clinic closet cloudy clown coat cocaine
cockroach cocktail coconut coffee coffin cologne colonial colonies comedian comedy comet comics compost concert condo condolence
congratulation congress constellation constipation constitution continent contraception cook cookie corn coronation cosine costume cottage
couch cough country countryside coupon cousin cow cowboy crab cream creek crib cricket crime criminal crochet crocodile crossfit crossword
cruise crusade cryptocurrency cucumber cumin cupboard cupcake curie currency curry curtain cutlery cyclist cyclone dad daffodil dance
dancer dandelion dandruff danube darwin dating daughter daycare deadlift decaf deer deli delicious democracy demon dental dentist
deodorant depression dermatologist desert dessert detective devil diabetes diamond diaper diarrhea diarrhoea dice dickens diesel diet
dietary dinner dinosaur discoverer disease dishes dishwasher dividend divorce dna doctor documentary dog dollar dolphin domino donkey
doormat dosage dose dostoevsky dough doughnut dragon dragonfly drama drawing dream dress drink driveway drizzle drought drug drum drummer
drywall duck dumbbell dumpling dynasty eagle earring earthquake easter easyjet eclipse economics economist economy eczema egg einstein
elbow election electrician electron elephant elf embroidery emperor empire enzyme episodes equation espresso essay etiquette etymology
euro everest evolution exam exercises expedia eyebrow eyeliner fable factorial fahrenheit fairy fairytale falafel falconry farewell farm
farmer fashion father faucet federer fence fern ferret ferry fertilizer fever fiance fibonacci fiction fifa film fireplace fireworks fish
fisherman fitness flamingo flea flight flood flooring florist flour flower flu flute fog foggy football forecast forehead forest formula1
fortnite fossil fox fractions freezer fridge fried frog frost frosty fruit fry funeral furnace furniture galaxy galileo gallon gambling
garage garden gardener garlic gasoline gazpacho gdp gearbox geese gelato gene genetics geography geometry ghost gift gin ginger giraffe
girlfriend gladiator glove gluten goalkeeper goat goddess godparents gold goldfish golf goose gorilla gospel gossip gothic grammar
grandchildren granddaughter grandfather grandma grandmother grandpa grandparents grandprix grandson grape grass grasshopper graveyard
gravity greenhouse greeting grill grocery groom grout guacamole guitar gun gym haiku haircut hairdresser hairstyle halloween ham hamburger
hamlet hammer hamster hamstring handbag handball hardwood harvest hat hatchback hay headache heatwave heaven hedge hedgehog helium hell
hemingway hemisphere hen heroin herring hike himalaya hippo hippopotamus hiroshima hob hobbit hobby hockey hogwarts holiday hollywood
holocaust homework honey honeycomb honeymoon hoodie hormone horoscope horse hospital hostel hotel houseplant humidity hummingbird hummus
humour hurricane husband hydrogen hyena hypnosis hypotenuse ibuprofen idiom iliad illness immune inca infection inflation influenza
inhabitants insect insomnia insurance invented inventor invest investment investor ironing islam island itinerary ivy jacket jackpot
jaguar jail jam jazz jeans jelly jellyfish jewel jewellery jewelry jigsaw jockey jog jogging joke judge judo juice jungle jupiter jury
kangaroo karaoke karate kayak kebab ketchup ketogenic kettle kidnap kidney kilimanjaro killer kilogram kilojoule kilometer kilometre
kimono kindergarten king kitchen kitten knead knee knife knit knitting koala lacrosse ladder ladybug lake lamb lamp lampshade landlord
lasagna latin latte laundry lavender lawn lawsuit lawyer leash legend lego lemon lemonade lentil leopard lettuce lightning lily lime
limerick limousine lion lipgloss lipstick liquor liter literature litre liver livestock lizard loaf loan lobster logarithm lorry lottery
love lufthansa luggage lullaby lunar lung lyft lyric macaroni macbeth magazine magician makeup mango manicure mansion maple marathon
marijuana marinade marinate marmalade marriage married marry mars martini mascara math mathematics mattress maya mayo mayonnaise mayor
meadow meal measles meat mechanic medal medication medicine medieval meditation mediterranean melody menopause mermaid messi metaphor
meters metres metro michelangelo microwave migraine miles milk minecraft minister minivan miracle mississippi mitochondria mlb molecule
mom monarchy monet monk monkey monopoly monsoon monument moon moose mop mortgage mosque mosquito motel moth mother motivational motorbike
motorcycle motorway mountain moustache movie mow mower mozart muffin multiplication mum municipal murder murderer muscle museum mushroom
mustache mustard myth mythology nail nailpolish nanny napoleon nappy nausea naval navy nba necklace nephew neuron newspaper nfl nhl niece
nietzsche nile nintendo nitrogen noodle noun novel novelist nun nurse nut nutmeg nutrition oatmeal oats ocean odyssey offside olive
olympic omega omelette onion onomatopoeia opera orange orbit orchard orchestra orchid oregano origami orphanage orthodontist ostrich otter
ounce oven owl oxygen oyster pacific pacifier paella paint paintbrush painter pajamas pan pancake panda panther paprika paracetamol parade
paragraph parkinson parkour parliament parliamentary parquet parrot parsley passport pasta pastor patient pea peach peacock peanut pear
pearl pedestrian pedicure penalty penguin peninsula pension penthouse pepper perfume pet petrol pharaoh pharmacy philosopher philosophical
philosophy photographer photography photosynthesis physician physics pianist piano picasso pickle picnic pie pig pigeon pilates pill
pillow pinecone pirate pisces pizza planet planetarium plank plato playground playlist playoff playstation plumber plumbing plywood
pneumonia podcasts poem poet poetry pokemon poker politician politics polynomial pond pony popcorn pope pork porridge potassium potato
pottery prairie prawn prayer pregnancy pregnant preheat prescription president priest prince princess prison prisoner professor pronounce
pronunciation protagonist protein proverb prune psychiatrist psychic psychologist psychology pub puberty pudding pumpkin puppy purse
pushups puzzle pyjamas pyramids pyrenees pythagoras quantum quarterback queen quesadilla quinoa quiz rabbi rabbit raccoon racehorse raffle
raft rain rainbow rainforest rainy ramen ranch rap rash realtor recession recipe referee referendum refrigerator rehearsal relativity
religion rembrandt renaissance rent rental resignation restaurant retirement revolution rhine rhinoceros rhyme ribs rice riddle risotto
river roast robber robbery rocket rodeo rollerblade rollercoaster roman romance romantic ronaldo roof rooster rose rosemary roulette
rowing rugby rum ryanair saddle safari saffron sagittarius sahara sailboat sailing salad salmon samurai sandals sandpaper sandwich
sardines sari saturn sauce saucepan sausage savings saxophone saxophonist scarf scholarship school scooter scorpio scrabble screwdriver
sculpture seagull seaside seedling senate senator sentence sew sex sexual sexy shakespeare shampoo shark shave sheep shirt shoe shopping
shoulder shower shrimp shrub sightseeing silver simile simmer sin sine singer sister sitcom situps skate skateboard sketch ski skirt skull
skunk slippers slogan smoothie snack snake sneakers snooker snorkel snow snowboard snowfall soap soccer socks socrates sodium sofa soil
soldier son song sonnet soprano sorbet soup sourdough souvenir spaceship spaghetti spanish sparrow spelling sphinx spice spiders spinach
spine spoon squat squirrel stadium staircase stairs stallion stanza steak stepdaughter stepfather stepladder stepmother stew stockings
stocks stomach storm stove strawberry stretching striker stroller subway sudoku sugar suitcase sunburn sunflower sunglasses sunny sunrise
sunscreen sunset sunshine superbowl superhero supermarket superstition supper surfboard surfing surgeon surgery surgical sushi suv swamp
sweater sweepstakes sweetheart swimmer swimming symphony symptom synonym syringe syrup tablespoon taco tadpole tale tallest tangent tarot
tart tasty tattoo taurus tavern taxi tea teacher teapot teaspoon techno teenager teeth telescope temperature temple tenant tennis tequila
thames thanksgiving theater theatre theorem therapist therapy thermostat thesis thief thieves thriller thunder thunderstorm thyme tide
tiger tiling tiramisu tire toaster tobacco toddler tofu toilet tolkien tolstoy tomato tooth toothbrush toothpaste tornado tourism tourist
tournament towel tractor train tram trampoline translation travel traveller travelling treadmill treasure treaty trek trekking triathlon
triceps trigonometry trip triplets trivia troops trousers trout truck trumpet tsunami tulip tumor tumour tuna tune turkey turmeric turtle
tuxedo typhoon tyre uber uefa ufo ulcer umbrella uncle underwear unicorn university upholstery vacation vaccination vaccine valentine
vampire vangogh vanilla vegan vegetable vegetarian venus verb vet veterinarian victorian videogame viking villa vinegar violin violinist
virgo visa vitamin vivaldi vocabulary vodka volcano volleyball waffle waiter wallet wallpaper walnut walrus war wardrobe washing
watercolor watercolour waterfall weapon weather wedding weed weightlifting werewolf whale wheat wheelchair whisk whiskey whisky wife
willow wimbledon windscreen windshield windy wine winner witch wizard wolf wolves woodpecker woodworking wordle workout wound wrestling
wrinkles wrist xbox yacht yeast yen yoga yoghurt yogurt youtuber zebra zelda zodiac zoo
`;
