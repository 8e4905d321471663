from .module import Timing
