// The beginning of the app's own windows: the status, or the question before a link signs in.

import "../look.css";
import { mount } from "svelte";
import { question } from "../deskWords";
import { ignoreDrops } from "../drops";
import { holdFocus } from "../heldFocus";
import Desk from "./Desk.svelte";
import Question from "./Question.svelte";

const isQuestion = location.hash === "#sign-in";
if (isQuestion) document.title = question.window;

ignoreDrops(window);
holdFocus(document.body);
mount(isQuestion ? Question : Desk, { target: document.getElementById("page") as HTMLElement });
