[
  (source)
  (rollup)
  (attributes)
  (thresholds)
  (scorecard)
  (consumer)
  (test)
  (bands)
  (choose)
  (one_of)
  (arguments)
  (list)
  (group)
] @indent

[
  "}"
  ")"
] @outdent
