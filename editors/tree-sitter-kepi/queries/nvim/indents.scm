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
] @indent.begin

[
  "}"
  ")"
] @indent.branch @indent.end

(metric value: (_) @indent.begin)

[
  (comment)
  (doc_comment)
] @indent.ignore
