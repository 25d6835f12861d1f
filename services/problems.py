"""What can stand in the way of a server, said in a sentence."""


class ServiceProblem(Exception):
    """Something that whoever runs the command can put right; its text is shown as it stands."""


class ToolMissing(ServiceProblem):
    """Java or Maven is not installed: nothing is wrong, there are just no servers on this machine."""
