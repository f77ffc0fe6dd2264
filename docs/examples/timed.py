"""Time each row of the function that trains XOR, with the engine's own profile."""

from xorexplain import engines
from xorexplain.models.tutorial import xor

CALLS = 10_000

engine = engines.choose()
model = xor(engine)
# The virtual machine calls one row after the other; Numba would make one piece of all of them.
mode = engine.module.compile.Mode("cvm", "fast_run")
options = {"updates": model.updates, "mode": mode, "profile": True}
train = engine.module.function([], model.cost, **options)
for _ in range(CALLS):
    train()

profile = train.profile
# PyTensor keeps the times by function and row, Theano by row.
seconds = {key[1] if isinstance(key, tuple) else key: t for key, t in profile.apply_time.items()}
for number, row in enumerate(train.maker.fgraph.toposort(), 1):
    print(f"{number:3} {1e6 * seconds.get(row, 0.0) / CALLS:6.2f} µs  {str(row.op)[:60]}")
print(f"    {1e6 * sum(seconds.values()) / CALLS:6.2f} µs  all rows")
print(f"    {1e6 * profile.fct_call_time / CALLS:6.2f} µs  a call, with the profile's own work")
