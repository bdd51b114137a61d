"""What the catalogue promises: procedures and forms from files, read strictly."""
