"""Notices: messages that tell citizens how their case stands."""
