r"""Regular expressions of XPath (XQuery and XPath Functions and Operators 3.1, 5.6), matched in bounded time.

Python's `re` knows neither this syntax (class subtraction, `\i`, `\p{…}`, blocks) nor a bound on its time.
Here the work for a pattern without back-references grows with the text's length times the pattern's, and
every step of it is charged to the evaluation's budget.
"""
