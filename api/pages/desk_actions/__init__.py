"""The actions of a case: for its people at the desk, and for its citizen on the tracking page."""
