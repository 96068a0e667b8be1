"""The in-repo library: the language, the contracts and the machinery that all four services share."""
