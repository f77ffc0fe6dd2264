"""Models of the pages, on whichever engine is there."""

from parts import T, square, weights


def line():
    x = T.dvector("x")
    w = weights("w")
    prediction = T.dot(x, w)
    prediction.name = "prediction"
    cost = square(prediction - 1)
    cost.name = "cost"
    return {"prediction": prediction, "cost": cost}
