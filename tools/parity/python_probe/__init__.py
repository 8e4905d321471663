from .module import Parity
