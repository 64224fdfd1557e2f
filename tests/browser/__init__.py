"""The portal as customers meet it: a real browser on the deployed local stack."""
