"""What each kind of flow node does when a token comes to it: subclasses of the library's task specs."""
