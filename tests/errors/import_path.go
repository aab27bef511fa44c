package p

import ""     // ERROR "^invalid import path \(empty string\)$"
import "a!"   // ERROR "^invalid import path \(invalid character U\+0021 '!'\)$"
import "a b"  // ERROR "^invalid import path \(invalid character U\+0020 ' '\)$"
import "\x7f" // ERROR "^invalid import path \(invalid character U\+007F\)$"
import "\xff" // ERROR "^invalid import path \(invalid character U\+FFFD"
