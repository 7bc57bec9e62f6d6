#!/bin/sh
exec openclaw gateway --bind lan
