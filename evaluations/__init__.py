"""`make eval`: how good the models, the search and the recommendations are, on labelled data."""
