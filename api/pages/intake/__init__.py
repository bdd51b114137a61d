"""Opening a case: the person, the papers, the application, the receipt."""
