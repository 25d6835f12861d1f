"""How comments sound: a word list with rules, and a model that was trained on rated texts and uses both."""
