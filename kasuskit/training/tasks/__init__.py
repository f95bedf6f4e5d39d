"""What lessons have people practise: a whole case, some sections, a flawed form, the mirror of SIMFONI, the exam."""

from kasuskit.training.tasks.case import CaseTask, ExamTask, PartTask
from kasuskit.training.tasks.mend import MendTask
from kasuskit.training.tasks.mirror import MirrorTask
from kasuskit.training.tasks.names import find_task, load_task
from kasuskit.training.tasks.task import KINDS, Given, Task, TaskCard

__all__ = [
    "KINDS", "CaseTask", "ExamTask", "Given", "MendTask", "MirrorTask", "PartTask", "Task", "TaskCard", "find_task",
    "load_task",
]  # fmt: skip
