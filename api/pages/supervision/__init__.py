"""How the branches do: the rooms of the ministry and of the municipalities."""
