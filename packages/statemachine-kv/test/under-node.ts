import test from "node:test";
import { stateMachineSuite } from "@quorate/testing";
import { subject } from "./subject.ts";

stateMachineSuite(test, subject);
