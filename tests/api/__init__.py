"""Tests of the web API, over HTTP and on the real engine."""
