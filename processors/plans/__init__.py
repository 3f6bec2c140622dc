"""What each kind of document wants held in Xero, and the commands that ask for it. Pure."""
