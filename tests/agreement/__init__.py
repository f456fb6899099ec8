"""Every spatial function of Pilji beside PostGIS: `make agreement`.

Reading order: `geometries` makes the pairs, `cases` says what is asked of each function, `sides` and `postgis_side` answer, `verdict` compares,
`reasons` says why answers may differ, `__main__` writes the page.
"""
