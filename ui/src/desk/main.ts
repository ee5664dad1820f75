// The status window's beginning.

import "../look.css";
import { mount } from "svelte";
import Desk from "./Desk.svelte";

mount(Desk, { target: document.getElementById("page") as HTMLElement });
