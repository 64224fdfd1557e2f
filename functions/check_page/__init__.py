"""The public check page: is it genuine?"""
