"""A stand-in for the CRM's checkout, for the demo and the tests: it reads checkout links and takes orders.

It is a program of its own, as the CRM is. It knows no store and no access token, only the CRM's database.
"""
