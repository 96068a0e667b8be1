"""Words with one meaning everywhere: areas, bodies, scales, indicators, rights, methods, roles.

Values of enumerations are snake_case; codes that people type in addresses and files (bodies, scales, frameworks,
methodologies) are kebab-case. Facts taken from recall or inference are marked where they stand.
"""
