"""Explain what a program's calls of compiled functions did: why one failed, where NaN began.

How it is called by what watches a program:

* `written.keep(graph)` is told of an engine's graph before it is rewritten, as `Engine.listening`
  hands it out, and keeps what it was; it copies nothing and returns no recorder.
  `written.written_of(engine, function)` is that graph later.
* `failing.explanation_of(error, function, arguments, named, written=None)` tells why a call
  failed, as an `Explanation` of `records`; `render.reports.failures.failure` writes it, and
  `failure_json` as JSON.
* `calls.call_of(error)` finds the function and the arguments of an error in its traceback.
* `nan.find_nan(function, arguments, named, written=None)` is the first value that is not finite,
  as a `Finding`; None where all are; `render.reports.nonfinite` writes it.
  `finite.holds_nan(results)` is cheap, to ask after each call.
* `checking.check_call(function, arguments, named, written=None)` compares a call with the graph
  computed node by node, as a `CallCheck`.

Shared variables must have the values they had before the call: `calls.shared_values(function)`
copies them, and `calls.with_values(function, values)` puts them back for a block.
"""
