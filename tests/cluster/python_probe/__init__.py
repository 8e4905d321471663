from .module import Probe
