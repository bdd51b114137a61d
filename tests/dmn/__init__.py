"""Claims about reading DMN files, taking decisions and explaining them."""
