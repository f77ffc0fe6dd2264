"""Small PyMC models, their distributions spread: what test_pymc.py and the command line run on.

Each function returns a `pm.Model`, so that `--model tests/support/pymc_models.py:poisson` takes it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy
import pymc as pm

Y = numpy.array([2.5, -1.25, 0.75, 3.5])
X = numpy.array([0.5, -0.25, 1.5, 2.0])
COUNTS = numpy.array([3, 1, 4, 2])
MODELS: dict[str, Callable[[], Any]] = {}


def model(**options: Any) -> Callable[[Callable[[], None]], Callable[[], Any]]:
    """Have a function's variables be those of a model, and list it."""

    def decorate(define: Callable[[], None]) -> Callable[[], Any]:
        @wraps(define)
        def made() -> Any:
            with pm.Model(**options) as whole:
                define()
            return whole

        MODELS[define.__name__] = made
        return made

    return decorate


@model(coords={"school": list("ABCD")})
def eight_schools() -> None:
    mu, tau = pm.Normal("mu", 0, 5), pm.HalfCauchy("tau", 5)
    z = pm.Normal("z", 0, 1, dims="school")
    theta = pm.Deterministic("theta", mu + tau * z, dims="school")
    sigma = pm.Data("sigma", numpy.array([15.0, 10.0, 16.0, 11.0]), dims="school")
    pm.Normal("y_obs", theta, sigma, observed=Y, dims="school")


@model()
def regression() -> None:
    slope, scale = pm.Normal("slope", 0, 10), pm.HalfNormal("scale", 3)
    pm.Normal("y_obs", slope * X, scale, observed=Y)


@model()
def logistic() -> None:
    weight = pm.Normal("weight", 0, 2.5)
    pm.Bernoulli("y_obs", logit_p=weight * X, observed=numpy.array([1, 0, 1, 1]))


@model()
def poisson() -> None:
    rate = pm.Gamma("rate", 2.5, 0.5)
    pm.Poisson("y_obs", rate, observed=COUNTS)


@model()
def mixture() -> None:
    ordered = pm.distributions.transforms.ordered
    means = pm.Normal("means", 0, 7, shape=2, transform=ordered, initval=[-1.0, 1.0])
    weights = pm.Dirichlet("weights", numpy.array([2.0, 3.0]))
    pm.NormalMixture("y_obs", weights, means, 1.5, observed=Y)


@model()
def random_walk() -> None:
    walk = pm.GaussianRandomWalk("walk", sigma=0.35, init_dist=pm.Normal.dist(0, 4), shape=4)
    pm.Normal("y_obs", walk, 0.8, observed=Y)


@model()
def multinomial() -> None:
    chances = pm.Dirichlet("chances", numpy.array([1.5, 2.5, 3.5]))
    pm.Multinomial("y_obs", 6, chances, observed=numpy.array([1, 2, 3]))


@model()
def censored() -> None:
    mean = pm.Normal("mean", 0.5, 6)
    pm.Censored("y_obs", pm.Normal.dist(mean, 2.25), lower=-1, upper=3, observed=Y.clip(-1, 3))


@model()
def truncated() -> None:
    mean = pm.Normal("mean", 0.5, 6)
    pm.Truncated("y_obs", pm.Normal.dist(mean, 2.25), lower=-2, upper=4, observed=Y)


@model()
def student() -> None:
    freedom = pm.Exponential("freedom", 0.125)
    pm.StudentT("y_obs", nu=freedom + 1, mu=0.25, sigma=1.75, observed=Y)


@model()
def gaussian_process() -> None:
    length, height = pm.Gamma("length", 2.0, 1.5), pm.HalfNormal("height", 2.5)
    process = pm.gp.Marginal(cov_func=height**2 * pm.gp.cov.ExpQuad(1, ls=length))
    process.marginal_likelihood("y_obs", X=X[:, None], y=Y, sigma=0.35)


@model()
def covariance() -> None:
    spread = pm.Exponential.dist(1.5)
    factor = pm.LKJCholeskyCov("factor", n=2, eta=3.5, sd_dist=spread)[0]
    pm.MvNormal("y_obs", numpy.zeros(2), chol=factor, observed=Y.reshape(2, 2))


@model()
def missing() -> None:
    mean = pm.Normal("mean", 0.5, 6)
    pm.Normal("y_obs", mean, 2.25, observed=numpy.ma.masked_invalid([2.5, numpy.nan, 0.75]))


@model()
def overdispersed() -> None:
    shape = pm.Gamma("shape", 2.5, 0.5, shape=3)
    pm.DirichletMultinomial("y_obs", 6, shape, observed=numpy.array([1, 2, 3]))


@model()
def minibatch() -> None:
    slope = pm.Normal("slope", 0.5, 7)
    x, y = pm.Minibatch(X, Y, batch_size=2)
    pm.Normal("y_obs", slope * x, 1.5, observed=y, total_size=4)


@model()
def coin() -> None:
    chance = pm.Beta("chance", 2, 3)
    pm.Binomial("heads", n=10, p=chance, observed=7)


@model()
def changepoint() -> None:
    when = pm.DiscreteUniform("when", 0, 3)
    early, late = pm.Exponential("early", 1.0), pm.Exponential("late", 2.0)
    rate = pm.math.switch(when >= numpy.arange(4), early, late)
    pm.Poisson("y_obs", rate, observed=COUNTS)


@model()
def zero_inflated() -> None:
    share = pm.Uniform("share", 0, 1)
    pm.ZeroInflatedPoisson("y_obs", share, 2.5, observed=numpy.array([0, 1, 0, 4]))


@model()
def negative_binomial() -> None:
    mean, spread = pm.LogNormal("mean", 1, 0.5), pm.HalfStudentT("spread", nu=3, sigma=2)
    pm.NegativeBinomial("y_obs", mu=mean, alpha=spread, observed=COUNTS)


@model()
def robust() -> None:
    center, scale = pm.Laplace("center", 0, 2), pm.InverseGamma("scale", 3, 2)
    pm.Cauchy("y_obs", center, scale, observed=Y)


@model()
def survival() -> None:
    shape, scale = pm.Weibull("shape", 2, 1.5), pm.Pareto("scale", 3, 1)
    pm.Weibull("y_obs", shape, scale, observed=numpy.abs(Y))


@model()
def ordinal() -> None:
    cuts = pm.Normal(
        "cuts",
        0,
        3,
        shape=2,
        transform=pm.distributions.transforms.ordered,
        initval=[-1.0, 1.0],
    )
    pm.OrderedLogistic("y_obs", cutpoints=cuts, eta=X, observed=numpy.array([0, 1, 2, 1]))


@model()
def angles() -> None:
    center = pm.VonMises("center", 0, 1)
    pm.VonMises("y_obs", center, 2.5, observed=Y / 2)


@model()
def skewed() -> None:
    alpha = pm.Normal("alpha", 0, 2)
    pm.SkewNormal("y_obs", mu=0.5, sigma=1.5, alpha=alpha, observed=Y)


@model()
def extreme() -> None:
    center, scale = pm.Gumbel("center", 0, 2), pm.Wald("scale", 1, 2)
    pm.Moyal("y_obs", center, scale, observed=Y)


@model()
def categorical() -> None:
    chances = pm.Dirichlet("chances", numpy.ones(3))
    group = pm.Categorical("group", chances, shape=4)
    means = pm.Normal("means", 0, 3, shape=3)
    pm.Normal("y_obs", means[group], 1.25, observed=Y)


@model()
def autoregression() -> None:
    rho = pm.Normal("rho", 0, 0.5, shape=2)
    pm.AR("y_obs", rho=rho, sigma=1.5, constant=True, observed=Y)


@model()
def potential() -> None:
    x = pm.Flat("x")
    pm.Potential("pull", -0.5 * (x - 1) ** 2)
    pm.AsymmetricLaplace("y_obs", kappa=1.5, mu=x, b=2, observed=Y)


@model()
def custom() -> None:
    def logp(value: Any, center: Any) -> Any:
        return -pm.math.log(pm.math.cosh(value - center))

    center = pm.Logistic("center", 0, 1)
    pm.CustomDist("y_obs", center, logp=logp, observed=Y)


@model()
def matrix_normal() -> None:
    mean = pm.Normal("mean", 0, 1, shape=(2, 2))
    pm.MatrixNormal(
        "y_obs", mu=mean, rowcov=numpy.eye(2), colcov=numpy.eye(2), observed=Y.reshape(2, 2)
    )


@model(coords={"county": ["a", "b"], "obs": range(4)})
def radon() -> None:
    floor, group = pm.Data("floor", X, dims="obs"), numpy.array([0, 1, 1, 0])
    mean = pm.Normal("mean", 0, 3)
    spread = pm.HalfNormal("spread", 1)
    county = pm.Normal("county_level", mean, spread, dims="county")
    slope = pm.Normal("slope", 0, 2)
    noise = pm.TruncatedNormal("noise", 1, 1, lower=0.1)
    pm.Normal("y_obs", county[group] + slope * floor, noise, observed=Y, dims="obs")


@model()
def rice() -> None:
    nu, sigma = pm.Triangular("nu", lower=0, upper=3, c=1), pm.ChiSquared("sigma", 3)
    pm.Rice("y_obs", nu=nu, sigma=sigma, observed=numpy.abs(Y))


@model()
def hurdle() -> None:
    psi, mu = pm.Kumaraswamy("psi", 2, 2), pm.ExGaussian("mu", mu=2, sigma=0.5, nu=1.5)
    pm.HurdlePoisson("y_obs", psi=psi, mu=mu**2, observed=numpy.array([0, 1, 0, 4]))


@model()
def stick() -> None:
    weights = pm.StickBreakingWeights("weights", alpha=1.5, K=2)
    pm.Mixture(
        "y_obs",
        w=weights,
        comp_dists=[pm.Normal.dist(0, 1), pm.Normal.dist(2, 1), pm.Laplace.dist(1, 1)],
        observed=Y,
    )
