def model():
    raise ValueError("the model's own\nmistake")
