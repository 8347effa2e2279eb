/** All numbers that ranking was tuned by; lists are in the order of SEARCH_FIELDS. docs/search.md says how they were found. */
export const RANKING = {
  /** What a word is worth in each field. */
  fieldWeights: [6, 3, 1.75, 1.25, 2, 0.4],
  /** How much a long field dilutes its words: 0 not at all, 1 in full. */
  lengthShares: [0.6, 0.6, 0.6, 0.6, 0.5, 0.4],
  /** Half of a word's worth is reached at this weighted count. */
  saturation: 4.5,
  /** What finding something else than the very word adds to the score, and `covers` of what was asked for; 1 is the word itself. */
  synonym: { weight: 0.6, covers: 0.8 },
  nearSynonym: { weight: 0.4, covers: 0.4 },
  completionWeight: 0.7,
  misspelt: { weight: 0.6, covers: 0.8 },
  /** How much the rarity of the very word counts against that of the word with its synonyms. */
  ownRarity: 0.4,
  /** A word covers half of itself at this weighted count: one mention in passing is not what a tool is for. */
  mention: 1,
  /** The share of the query's weight that a tool must cover, or nothing fits. */
  minCoverage: 0.34,
  /** What a word that no tool knows weighs, against the rarest word; and the name of a product. */
  unknownWeight: 0.7,
  unknownProductWeight: 1.5,
};
