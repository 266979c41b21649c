(metric) @function.around
(metric value: (_) @function.inside)
(measure) @function.around
(measure value: (_) @function.inside)

[
  (source)
  (rollup)
] @class.around

(test) @test.around

(comment)+ @comment.around
(doc_comment)+ @comment.around
