"""Sends every mail to customers, and reads the bounces and complaints."""
