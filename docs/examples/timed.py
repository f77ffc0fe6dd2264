"""Time each apply node of the function that trains XOR, with the engine's own profile."""

import xorexplain
from xorexplain import engines
from xorexplain.models.tutorial import xor

CALLS = 10_000

engine = engines.choose()
model = xor(engine)
# The virtual machine calls one node after the other; Numba would make one piece of all of them.
mode = engine.module.compile.Mode("cvm", "fast_run")
options = {"updates": model.updates, "mode": mode, "profile": True}
train = engine.module.function([], model.cost, **options)
for _ in range(CALLS):
    train()

profile = train.profile
# PyTensor keeps the times by function and node, Theano by node.
seconds = {key[1] if isinstance(key, tuple) else key: t for key, t in profile.apply_time.items()}
# The same function by its names: the nodes are in the same order.
named = xorexplain.snapshot(xorexplain.in_mode(model, mode), "compiled")
nodes = train.maker.fgraph.toposort()
for number, (node, known) in enumerate(zip(nodes, named.applies, strict=True), 1):
    made = [named.variable[output] for output in known.outputs]
    values = " and ".join(variable.name or variable.called[0] for variable in made)
    microseconds = 1e6 * seconds.get(node, 0.0) / CALLS
    print(f"{number:4} {microseconds:6.2f} µs  {values:14} {str(node.op)[:60]}")
print(f"     {1e6 * sum(seconds.values()) / CALLS:6.2f} µs  all nodes")
print(f"     {1e6 * profile.fct_call_time / CALLS:6.2f} µs  a call, with the profile's own work")
