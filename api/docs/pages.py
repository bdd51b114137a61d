"""The pages: an index, the documentation of the API, and one page for every kind of problem."""

from flask import Blueprint

blueprint = Blueprint("docs", __name__)
