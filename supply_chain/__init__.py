"""What Stoa is made of besides its own code: components, licences, known weaknesses."""
