"""Eight schools, four of them: what a PyMC user would hand over."""

import numpy as np
import pymc as pm


def schools():
    with pm.Model(coords={"school": ["Ann", "Bob", "Cid", "Dee"]}) as model:
        error = pm.Data("error", np.array([15.0, 10.0, 16.0, 11.0]), dims="school")
        mu = pm.Normal("mu", 0, 5)
        tau = pm.HalfCauchy("tau", 5)
        z = pm.Normal("z", 0, 1, dims="school")
        theta = pm.Deterministic("theta", mu + tau * z, dims="school")
        pm.Normal("effect", theta, error, observed=np.array([28.0, 8.0, -3.0, 7.0]), dims="school")
    return model
