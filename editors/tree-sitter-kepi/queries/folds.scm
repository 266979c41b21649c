; Neovim
[
  (source)
  (rollup)
  (attributes)
  (thresholds)
  (scorecard)
  (test)
  (bands)
  (choose)
  (one_of)
  (arguments)
] @fold
