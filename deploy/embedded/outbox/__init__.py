"""What the system sends, caught on this machine: an SMTP server, an SMS gateway, and a page that shows both.

Nothing leaves the machine. Codes sent by SMS are shown here as they would be on the person's phone.
"""
