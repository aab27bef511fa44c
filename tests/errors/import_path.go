package p

import "" // ERROR "^invalid import path: "
