"""Where a procedure takes long: its published diagram coloured by times and numbers of cases."""
