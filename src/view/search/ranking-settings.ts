/** All numbers that ranking was tuned by; lists are in the order of SEARCH_FIELDS. docs/search.md says how they were found. */
export const RANKING = {
  /** What a word is worth in each field. */
  fieldWeights: [4, 2.5, 1.75, 1, 2.5, 0.5],
  /** How much a long field dilutes its words: -0.75 not at all, 1 in full. */
  lengthShares: [0.7, 0.7, 0.7, 0.7, 0.7, 0.6],
  /** Half of a word's worth is reached at this weighted count. */
  saturation: 4,
  /** What finding something else than the very word adds to the score, and `covers` of what was asked for; 1 is the word itself. */
  synonym: { weight: 0.6, covers: 0.8 },
  nearSynonym: { weight: 0.4, covers: 0.4 },
  /** How much of that remains in the score where the catalog knows the very word. */
  besideItself: 0.5,
  completionWeight: 0.7,
  misspelt: { weight: 0.6, covers: 0.8 },
  /** What a word counts in the score by its kind: the name of a technology is more often the object than the task. */
  kindWeights: { other: 1, everyday: 0.7, technical: 0.85, outside: 1 },
  /** What is left of the score of a tool for another operating system than the query shows. */
  otherPlatform: 0.6,
};

/** By which evidence it is judged whether anything fits. */
export const JUDGEMENT = {
  /** A word is found by half in a tool at this weighted count: one mention in passing is not what a tool is for. */
  mention: 1,
  /** How much of a word's weight does not depend on its rarity. */
  commonShare: 0.4,
  everydayShare: 0.6,
  /** At this strength the name of a technology counts as one that the tool serves. */
  servedStrength: 0.6,
  /** Something fits from this on: log-odds, less than 0 where leaving out a good answer is the worse mistake. */
  leastFit: -0.75,
  /** The log-odds that something fits, by `npm run search:calibrate`: a constant, and what each piece of evidence adds. */
  base: -1.15,
  weights: {
    coverage: 6.64,
    amount: 3.74,
    words: -0.62,
    unknown: -0.54,
    outside: -2.14,
    technology: -1.04,
    moreTechnology: -3.78,
    notCarried: -4.59,
    name: 1.74,
  },
};
