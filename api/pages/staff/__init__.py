"""Who works where: the register of people, invitations, files, and who may do what."""
